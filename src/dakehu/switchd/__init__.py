"""Where voice and business meet, and nowhere else.

`python -m dakehu.switchd` is the voice process; it knows no Django and no database. As a Django app this
package publishes lines and groups to the voice directory (`publisher`), in the worker.
"""

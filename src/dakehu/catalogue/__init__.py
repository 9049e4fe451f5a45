"""What is sold, as data: specifications with characteristic rules, offerings, prices, clocks (TMF620).

A *specification* says what a product is and which characteristics it has; an *offering* sells it from a day
on, at prices and with a delivery clock. Characteristic rules check one value each; what values must be to
one another, and to the network, a product's own *checker* says, which its app registers by name.
"""

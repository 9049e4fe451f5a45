"""What an import decides without a database: states, headings, values, faults."""

"""What careless and hostile people send, and what happens between two pages: the whole product's proofs."""

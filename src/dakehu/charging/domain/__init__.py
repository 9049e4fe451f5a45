"""What a call costs: pure functions over tariffs."""

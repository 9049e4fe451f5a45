"""The demonstration province: invented people and companies, the same for the same seed and size."""

"""What tests against running processes share: telephones, installations, a browser."""

"""Forms: fields that understand what people type, and the form page."""

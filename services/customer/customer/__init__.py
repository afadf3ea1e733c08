"""Customer files, phones and cards."""

"""Who belongs together: rule trees compiled to SQL, live membership."""

"""What happens next, and making it happen."""

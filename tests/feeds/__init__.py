"""What others read, read by readers of others; and what is read of others."""

"""Schedule: pilots, their meal days, and the days a park is closed."""

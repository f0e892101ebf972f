"""Mail: letters that wait in the database until the mail server has taken them."""

"""Distribution points, where tickets are handed out, venues, where they are used, and client groups."""

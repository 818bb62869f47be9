"""What a person reads about a result: `report.html`, its charts, tables and sentences."""

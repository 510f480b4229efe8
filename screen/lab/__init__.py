"""What the bench needs: recipes to weigh, stocks, requests to a laboratory."""

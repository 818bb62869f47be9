"""What runs in the environments of others: nothing here imports anything of the trader's."""

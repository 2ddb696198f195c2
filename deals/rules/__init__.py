"""What may be registered, who was first, and how long it is protected: decisions without database or clock."""

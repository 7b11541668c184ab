"""What gateways tell us, kept before anything is done with it, and handled later, once."""

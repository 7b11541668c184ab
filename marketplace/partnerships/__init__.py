"""Partnership offers of BUMD and the applications of cooperatives."""

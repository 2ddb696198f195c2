"""Two real processes write the same thing at the same moment, again and again: the invariants must hold on every database."""

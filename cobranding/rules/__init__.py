"""Pure decisions of co-branding: colours that stay readable, logos that stay whole, pages that may be published."""

"""Three writers of one neutral view: RSS 2.0 and Atom through feedgen with repairs, JSON Feed 1.1 by ourselves."""

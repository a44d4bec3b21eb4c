"""What was erased: forgotten here, and refused from then on."""

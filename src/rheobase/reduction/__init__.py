"""From one level of description to another, with the error of the step measured."""

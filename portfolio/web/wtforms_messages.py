"""What WTForms says of its own accord, marked so that it is in our catalogue; the fields we use say nothing else."""

from portfolio.errors import N_

MESSAGES = (
    N_("Invalid Choice: could not coerce."),
    N_("Not a valid choice."),
    N_("Not a valid date value."),
    N_("Not a valid integer value."),
    N_("This field is required."),
)

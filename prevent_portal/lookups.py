"""A lookup of Django's that an absurd number must not break."""

from django.db.models import IntegerField
from django.db.models.lookups import In


@IntegerField.register_lookup
class IntegerIn(In):
    """`in` without the numbers that no column holds: they match nothing, where the database would refuse to look.

    Django does so for one number (`exact` and the comparisons), not for several. The keys of a form's multiple choice
    and of the admin's addresses are whatever somebody has typed.
    """

    def process_rhs(self, compiler, connection):
        if self.rhs_is_direct_value():
            low, high = connection.ops.integer_field_range(self.lhs.output_field.get_internal_type())
            self.rhs = [
                each
                for each in self.rhs
                if not isinstance(each, int) or ((low is None or low <= each) and (high is None or each <= high))
            ]
        return super().process_rhs(compiler, connection)

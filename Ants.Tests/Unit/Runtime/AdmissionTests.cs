using System.Text;
using NUnit.Framework;

namespace Ants.Tests.Unit.Runtime;

public sealed class AdmissionTests
{
    [Test]
    public void A_refusal_keeps_a_reason_that_fits()
    {
        Admission admission = Admission.Refuse("not a contact");

        Assert.Multiple(() =>
        {
            Assert.That(admission.IsAccepted, Is.False);
            Assert.That(admission.Reason, Is.EqualTo("not a contact"));
            Assert.That(Admission.Accept.IsAccepted, Is.True);
        });
    }

    [TestCase("é")]
    [TestCase("🐜")]
    [TestCase("x")]
    public void A_long_reason_is_cut_between_characters(string character)
    {
        string reason = Admission.Refuse("." + string.Concat(Enumerable.Repeat(character, 500))).Reason;

        int bytes = Encoding.UTF8.GetByteCount(reason);
        Assert.Multiple(() =>
        {
            Assert.That(bytes, Is.LessThanOrEqualTo(Admission.MaxReasonBytes).And.GreaterThan(Admission.MaxReasonBytes - 4));
            Assert.That(reason, Does.EndWith(character));
        });
    }
}

import pytest
from tests.referral.identities import *
from tests.referral.views.seats import Seat
from tests.scenes import advance, two_countries
from referral.models import HomeReferral
pytestmark = pytest.mark.django_db
def keep(name, text):
    open(f"/tmp/idshots/{name}.html","w").write(text.replace('"/static/','"file:///work/main/static/'))
def test_shots():
    scene = two_countries("NG","NE")
    case = open_identified(scene)
    refer_with_identity(scene, case)
    h = advance(scene, draft_with_identity(scene, case), "offered")
    ng, ne = Seat(scene,"NG"), Seat(scene,"NE")
    code = case.person.public_code
    keep("person", ng.text(f"/people/{code}/"))
    keep("shown", ng.post(f"/people/{code}/identity/").content.decode())
    keep("handover", ne.text(f"/handovers/{h.reference}/"))
    keep("handover_shown", ne.post(f"/handovers/{h.reference}/identity/").content.decode())
    keep("referral", ng.text(f"/referrals/{HomeReferral.objects.get().reference}/"))
    with scene.clock():
        care.record_person(scene.actor("NG"), case.pk, {"birth_date": IDENTITY["birth_date"]}, submission=uuid4())
    keep("facts", ng.text(f"/people/{code}/facts/")); keep("change", ng.text(f"/people/{code}/identity/change/")); keep("person", ng.text(f"/people/{code}/"))

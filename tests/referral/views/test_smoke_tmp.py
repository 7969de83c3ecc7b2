import os, re, pathlib
import pytest
from datetime import timedelta
from uuid import uuid4
from django.utils import translation
from tests.scenes import *
from tests.factories import make_user, make_member, make_institution
from referral.models import Institution, Capacity
from referral.services import care, consent, intake
pytestmark=pytest.mark.django_db
OUT=pathlib.Path("/tmp/shots_people"); 
def save(client,url,name,**kw):
    r=client.get(url,**kw) if not kw.get("data") else client.post(url,kw["data"])
    assert r.status_code in (200,403),(url,r.status_code)
    h=r.content.decode().replace('"/static/','"file:///work/main/static/').replace("'/static/","'file:///work/main/static/")
    # sprite inline for file://
    sprite=(pathlib.Path("static/img/icons.svg").read_text())
    h=re.sub(r'href="file:///work/main/static/img/icons.svg#','href="#',h)
    h=h.replace("<body>","<body><div hidden>"+sprite+"</div>")
    (OUT/f"{name}.html").write_text(h)
def test_pages(client):
    OUT.mkdir(exist_ok=True)
    s=two_countries("NG","NE","IT")
    shelter=make_institution(s.registry,"NG",kind="shelter",name="Shelter Lagos",services=["shelter","counselling"],languages=["ha","en"])
    Capacity.objects.create(institution=shelter,population="women",places=12,free=3,stated_at=s.moment().at)
    Capacity.objects.create(institution=shelter,population="girls",places=6,free=0,stated_at=s.moment().at)
    u=make_user("shelter.ng@example.org",demonstration=True); make_member(shelter,Role.SERVICE_PROVIDER,user=u)
    for k in ("NG","NE","IT"):
        x=s.users[k]; x.demonstration=True; x.email=f"focal.{k.lower()}@example.org"; x.save()
    case=open_case(s); code=case.person.public_code
    a=s.actor("NG")
    at=s.moment().at
    with s.clock():
        sc=[care.add_need(a,case.pk,{"kind":k,"urgency":u_,"note":n},submission=uuid4()) for k,u_,n in (("medical","urgent","Insulin, twice a day"),("counselling","standard",""))]
        care.add_service(a,case.pk,{"kind":"shelter","provider":shelter,"payer":"National fund","since_at":at,"until_at":at+timedelta(days=30),"funded_until_at":at+timedelta(days=20)},submission=uuid4())
    s.after(days=3)
    with s.clock():
        care.add_service(a,case.pk,{"kind":"counselling","provider":shelter,"payer":"","since_at":s.moment().at},submission=uuid4())
        care.record_tonight(a,case.pk,{"safe_tonight":"yes","bed_until_at":s.moment().at+timedelta(days=20),"medicine_until_at":s.moment().at+timedelta(days=2),"call_tonight":"Shelter Lagos, desk"},submission=uuid4())
    s.after(days=10)
    h=ready_draft(s,case); h.needs_on_arrival=["shelter","counselling"]; h.save(); advance(s,h,"offered")
    kid=open_case(s,"NG",age_low=15,age_high=16,safe_tonight="no",immediate_danger=True,opinion="",indicators=[],name="Other Name")
    s.after(hours=5)
    old=open_case(s,"NG",sex="male",age_low=30,age_high=30)
    h2=ready_draft(s,old,receiver="IT"); advance(s,h2,"completed",receiver="IT")
    s.after(hours=9)
    with s.clock():
        client.get("/"); save(client,"/","seats")
        client.force_login(s.users["NG"])
        kc=kid.person.public_code
        for n,u in {"people":"/people/","filtered":"/people/?q=zz","intake":"/people/new/","directory":"/directory/","mails":"/mails/","switch":"/?seats=1","today":f"/people/{code}/","kid":f"/people/{kc}/","opened":f"/people/{kc}/opened/","needs":f"/people/{code}/needs/","handovers":f"/people/{code}/handovers/","consent":f"/people/{code}/consent/","history":f"/people/{code}/history/","shared":f"/people/{code}/shared/","tonight":f"/people/{code}/tonight/","danger":f"/people/{code}/danger/","facts":f"/people/{code}/facts/","risk":f"/people/{code}/risk/","share":f"/people/{code}/consent/new/?kind=share&country=NE","move":f"/people/{code}/consent/new/?kind=move","assign":f"/people/{code}/assign/","service_new":f"/people/{code}/services/new/","stub":f"/people/{old.person.public_code}/","forbidden":f"/people/{old.person.public_code}/needs/"}.items():
            save(client,u,n)
        save(client,f"/people/{code}/identity/","identity",data={"submission":str(uuid4())})
        save(client,"/people/new/","intake_errors",data={"submission":str(uuid4()),"wishes":"call me +234 803 123 4567","age_low":"20","age_high":"10","bed_until_at_0":"x"})
        client.cookies["django_language"]="ar"
        from django.conf import settings
        client.cookies[settings.LANGUAGE_COOKIE_NAME]="ar"
        for n,u in {"today":f"/people/{code}/","people":"/people/","intake":"/people/new/"}.items(): save(client,u,n+"_rtl")
        client.cookies[settings.LANGUAGE_COOKIE_NAME]="en-gb"
        client.force_login(s.users["IT"])
        save(client,f"/people/{old.person.public_code}/","today_it")

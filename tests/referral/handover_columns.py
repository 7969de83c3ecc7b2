"""The columns of the handover table that are words and marks, written out once more by hand: row → what
stands there. Change it when the design changes, never to make a test agree with the code."""

from __future__ import annotations

GATES = {
    "offer": "123456789", "accept": "1234579", "agree_conditions": "1234579", "depart": "1234579", "answer": "1347",
    "supplement": "347", "plan_travel": "1347",
}  # fmt: skip
"""What must hold: everything before an offer; again, what can change, at each yes and at the door; before more is told, why it may."""
MAY = {
    "accept": "services_confirmed",
    "decline": "message_back not_before_at",
    "plan_travel": "escort certificate",
    "end_search": "found_country",
    "depart": "escort certificate departed_at",
    "give_feedback": "feedback_services",
    "put_conditions": "conditions_text services_confirmed",
    "revoke": "message_back cannot_receive",
    "follow_up": "text language",
    "supplement": "supplement_note",
    "write_message": "text language",
    "record_call": "text language",
}
"""What may be said besides what must."""
STAMPS = {
    "offer": "offered_at", "discard": "closed_at", "acknowledge": "acknowledged_at", "accept": "decided_at",
    "decline": "decided_at closed_at", "withdraw": "closed_at", "depart": "departed_at", "receive": "received_at",
    "give_feedback": "closed_at", "confirm_stop": "closed_at", "agree_conditions": "decided_at", "agree_forward": "closed_at",
    "accept_and_receive": "decided_at received_at", "report_not_arrived": "missing_since_at", "end_search": "closed_at",
    "divert": "closed_at", "disengage": "closed_at", "death": "closed_at", "ask_correction": "correction_asked_at",
}  # fmt: skip
"""Moments that are written down with the row."""
MEETS = {
    "offer": "stale_draft", "acknowledge": "acknowledge", "answer": "answer", "accept": "decide forward",
    "put_conditions": "decide forward", "decline": "acknowledge decide", "accept_and_receive": "acknowledge decide",
    "agree_conditions": "conditions", "refuse_conditions": "conditions", "agree_forward": "forward", "refuse_forward": "forward",
    "plan_travel": "travel_plan", "depart": "travel_plan", "receive": "confirm_arrival search", "receive_outside": "confirm_arrival search",
    "turn_back": "search", "end_search": "search", "disengage": "search", "confirm_stop": "confirm_stop",
    "continue": "confirm_stop", "refuse_correction": "correction", "give_feedback": "feedback",
}  # fmt: skip
"""What was owed and is done with the row; other deadlines that it closes are no longer owed."""
CLEARS = {
    "accept": "forward_country forward_reason",
    "put_conditions": "forward_country forward_reason",
    "refuse_forward": "forward_country forward_reason",
    "refuse_conditions": "conditions conditions_text",
    "revoke": "place_confirmed reception_contact reception_from_at services_confirmed decided_at conditions conditions_text "
    "expected_at travel_means escort certificate",
    "turn_back": "departed_at expected_at missing_since_at alert travel_means escort certificate",
    "receive": "hold_reason correction_asked_at correction_reason",
    "receive_outside": "hold_reason",
    "agree_correction": "received_at arrived_at received_by arrived_safely person_content correction_asked_at",
    "refuse_correction": "correction_asked_at correction_reason",
    "resume": "hold_reason",
    "continue": "hold_reason",
}
"""What the row answers or makes void."""
NEEDS = {
    "ask": "question",
    "answer": "answer compartment",
    "holding_reply": "reply_by_at",
    "accept": "place_confirmed reception_contact reception_from_at",
    "decline": "decline_reason",
    "withdraw": "withdraw_reason",
    "plan_travel": "travel_means travel_documents expected_at",
    "depart": "travel_means travel_documents expected_at",
    "receive": "arrived_at received_by arrived_safely person_content",
    "give_feedback": "feedback",
    "put_conditions": "conditions place_confirmed reception_contact reception_from_at",
    "agree_conditions": "person_agrees",
    "propose_forward": "forward_country forward_reason",
    "revoke": "revoke_reason",
    "turn_back": "safe_here",
    "accept_and_receive": "arrived_at received_by arrived_safely person_content",
    "receive_outside": "arrived_at received_by arrived_safely",
    "follow_up": "phrase spoke_with",
    "end_search": "search_end reason",
    "divert": "diverted_country",
    "hold": "hold_reason",
    "death": "reason",
    "ask_correction": "correction_reason",
    "supplement": "compartments_more",
    "child_answer": "child_answer",
    "override": "gate reason",
    "waive": "deadline reason",
    "write_message": "phrase",
    "record_call": "phrase spoke_with",
    "drop_proposal": "proposal",
}
"""What each row asks for besides the button: without it nothing is recorded. A row that is not named here asks for nothing."""
BOTH = ("sender", "receiver")
TELLS: dict[str, tuple[str, ...]] = {
    "offer": BOTH,
    "discard": (),
    "acknowledge": BOTH,
    "ask": BOTH,
    "answer": BOTH,
    "holding_reply": BOTH,
    "accept": BOTH,
    "put_conditions": BOTH,
    "agree_conditions": BOTH,
    "refuse_conditions": BOTH,
    "decline": BOTH,
    "propose_forward": BOTH,
    "agree_forward": BOTH,
    "refuse_forward": BOTH,
    "withdraw": BOTH,
    "revoke": BOTH,
    "hold": BOTH,
    "resume": BOTH,
    "plan_travel": BOTH,
    "depart": BOTH,
    "turn_back": BOTH,
    "receive": BOTH,
    "accept_and_receive": BOTH,
    "report_not_arrived": BOTH,
    "end_search": BOTH,
    "report_presence": ("sender",),
    "divert": BOTH,
    "stop": BOTH,
    "confirm_stop": BOTH,
    "continue": BOTH,
    "object": BOTH,
    "disengage": BOTH,
    "death": BOTH,
    "give_feedback": BOTH,
    "ask_correction": BOTH,
    "agree_correction": BOTH,
    "refuse_correction": BOTH,
    "receive_outside": BOTH,
    "follow_up": BOTH,
    "supplement": BOTH,
    "child_answer": BOTH,
    "override": (),
    "waive": BOTH,
    "write_message": BOTH,
    "record_call": (),
    "drop_proposal": (),
}
"""Whose readers get a notice, but for whoever did it; in a country without a seat nobody reads. "Both sides are told of every change"
(`domain.md` section 3), with the exceptions of docs/decisions/0030: a report of presence would tell the receiver where the person is, and a
proposal for two people is told to the side that proposes. The rows that tell nobody stay inside one institution (a draft of its own, what its
two people decide between them), or the other side was on the telephone."""

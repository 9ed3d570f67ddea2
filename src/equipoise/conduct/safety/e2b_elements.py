"""The data elements of a report by ICH E2B(R3), by number and name, in their order.

Those of the message that carries it (N) are not of the report. Numbers and names are those of the
implementation guide; `r`, `k` and `i` stand where something may be repeated.
"""

__all__ = ["ELEMENTS"]

_LISTED = """
C.1.1|Sender's (case) Safety Report Unique Identifier
C.1.2|Date of Creation
C.1.3|Type of Report
C.1.4|Date Report Was First Received from Source
C.1.5|Date of Most Recent Information for This Report
C.1.6.1|Are Additional Documents Available?
C.1.6.1.r.1|Documents Held by Sender
C.1.6.1.r.2|Included Documents
C.1.7|Does This Case Fulfil the Local Criteria for an Expedited Report?
C.1.8.1|Worldwide Unique Case Identification Number
C.1.8.2|First Sender of This Case
C.1.9.1|Other Case Identifiers in Previous Transmissions
C.1.9.1.r.1|Source(s) of the Case Identifier
C.1.9.1.r.2|Case Identifier(s)
C.1.10.r|Identification Number of the Report Which Is Linked to This Report
C.1.11.1|Report Nullification / Amendment
C.1.11.2|Reason for Nullification / Amendment
C.2.r.1.1|Reporter's Title
C.2.r.1.2|Reporter's Given Name
C.2.r.1.3|Reporter's Middle Name
C.2.r.1.4|Reporter's Family Name
C.2.r.2.1|Reporter's Organisation
C.2.r.2.2|Reporter's Department
C.2.r.2.3|Reporter's Street
C.2.r.2.4|Reporter's City
C.2.r.2.5|Reporter's State or Province
C.2.r.2.6|Reporter's Postcode
C.2.r.2.7|Reporter's Telephone
C.2.r.3|Reporter's Country Code
C.2.r.4|Qualification
C.2.r.5|Primary Source for Regulatory Purposes
C.3.1|Sender Type
C.3.2|Sender's Organisation
C.3.3.1|Sender's Department
C.3.3.2|Sender's Title
C.3.3.3|Sender's Given Name
C.3.3.4|Sender's Middle Name
C.3.3.5|Sender's Family Name
C.3.4.1|Sender's Street Address
C.3.4.2|Sender's City
C.3.4.3|Sender's State or Province
C.3.4.4|Sender's Postcode
C.3.4.5|Sender's Country Code
C.3.4.6|Sender's Telephone
C.3.4.7|Sender's Fax
C.3.4.8|Sender's E-mail Address
C.4.r.1|Literature Reference(s)
C.4.r.2|Included Documents
C.5.1.r.1|Study Registration Number
C.5.1.r.2|Study Registration Country
C.5.2|Study Name
C.5.3|Sponsor Study Number
C.5.4|Study Type Where Reaction(s) / Event(s) Were Observed
D.1|Patient (name or initials)
D.1.1.1|Patient Medical Record Number (GP)
D.1.1.2|Patient Medical Record Number (Specialist)
D.1.1.3|Patient Medical Record Number (Hospital)
D.1.1.4|Patient Medical Record Number (Investigation Number)
D.2.1|Date of Birth
D.2.2a|Age at Time of Onset of Reaction / Event
D.2.2b|Age at Time of Onset of Reaction / Event (unit)
D.2.2.1a|Gestation Period When Reaction / Event Was Observed in the Foetus
D.2.2.1b|Gestation Period When Reaction / Event Was Observed in the Foetus (unit)
D.2.3|Patient Age Group
D.3|Body Weight (kg)
D.4|Height (cm)
D.5|Sex
D.6|Last Menstrual Period Date
D.7.1.r.1a|MedDRA Version for Medical History
D.7.1.r.1b|Medical History (MedDRA code)
D.7.1.r.2|Start Date
D.7.1.r.3|Continuing
D.7.1.r.4|End Date
D.7.1.r.5|Comments
D.7.1.r.6|Family History
D.7.2|Text for Relevant Medical History and Concurrent Conditions
D.7.3|Concomitant Therapies
D.8.r.1|Name of Drug as Reported
D.8.r.2a|MPID Version Date / Number
D.8.r.2b|Medicinal Product Identifier (MPID)
D.8.r.3a|PhPID Version Date / Number
D.8.r.3b|Pharmaceutical Product Identifier (PhPID)
D.8.r.4|Start Date
D.8.r.5|End Date
D.8.r.6a|MedDRA Version for Indication
D.8.r.6b|Indication (MedDRA code)
D.8.r.7a|MedDRA Version for Reaction
D.8.r.7b|Reaction (MedDRA code)
D.9.1|Date of Death
D.9.2.r.1a|MedDRA Version for Reported Cause(s) of Death
D.9.2.r.1b|Reported Cause(s) of Death (MedDRA code)
D.9.2.r.2|Reported Cause(s) of Death (free text)
D.9.3|Was Autopsy Done?
D.9.4.r.1a|MedDRA Version for Autopsy-determined Cause(s) of Death
D.9.4.r.1b|Autopsy-determined Cause(s) of Death (MedDRA code)
D.9.4.r.2|Autopsy-determined Cause(s) of Death (free text)
D.10.1|Parent Identification
D.10.2.1|Date of Birth of Parent
D.10.2.2a|Age of Parent
D.10.2.2b|Age of Parent (unit)
D.10.3|Last Menstrual Period Date of Parent
D.10.4|Body Weight (kg) of Parent
D.10.5|Height (cm) of Parent
D.10.6|Sex of Parent
D.10.7.1.r.1a|MedDRA Version for Medical History of Parent
D.10.7.1.r.1b|Medical History of Parent (MedDRA code)
D.10.7.1.r.2|Start Date
D.10.7.1.r.3|Continuing
D.10.7.1.r.4|End Date
D.10.7.1.r.5|Comments
D.10.7.2|Text for Relevant Medical History and Concurrent Conditions of Parent
D.10.8.r.1|Name of Drug as Reported
D.10.8.r.2a|MPID Version Date / Number
D.10.8.r.2b|Medicinal Product Identifier (MPID)
D.10.8.r.3a|PhPID Version Date / Number
D.10.8.r.3b|Pharmaceutical Product Identifier (PhPID)
D.10.8.r.4|Start Date
D.10.8.r.5|End Date
D.10.8.r.6a|MedDRA Version for Indication
D.10.8.r.6b|Indication (MedDRA code)
D.10.8.r.7a|MedDRA Version for Reactions
D.10.8.r.7b|Reactions (MedDRA code)
E.i.1.1a|Reaction / Event as Reported by the Primary Source in Native Language
E.i.1.1b|Reaction / Event as Reported by the Primary Source Language
E.i.1.2|Reaction / Event as Reported by the Primary Source for Translation
E.i.2.1a|MedDRA Version for Reaction / Event
E.i.2.1b|Reaction / Event (MedDRA code)
E.i.3.1|Term Highlighted by the Reporter
E.i.3.2a|Results in Death
E.i.3.2b|Life Threatening
E.i.3.2c|Caused / Prolonged Hospitalisation
E.i.3.2d|Disabling / Incapacitating
E.i.3.2e|Congenital Anomaly / Birth Defect
E.i.3.2f|Other Medically Important Condition
E.i.4|Date of Start of Reaction / Event
E.i.5|Date of End of Reaction / Event
E.i.6a|Duration of Reaction / Event
E.i.6b|Duration of Reaction / Event (unit)
E.i.7|Outcome of Reaction / Event at the Time of Last Observation
E.i.8|Medical Confirmation by Healthcare Professional
E.i.9|Identification of the Country Where the Reaction / Event Occurred
F.r.1|Test Date
F.r.2.1|Test Name (free text)
F.r.2.2a|MedDRA Version for Test Name
F.r.2.2b|Test Name (MedDRA code)
F.r.3.1|Test Result (code)
F.r.3.2|Test Result (value / qualifier)
F.r.3.3|Test Result (unit)
F.r.3.4|Result Unstructured Data (free text)
F.r.4|Normal Low Value
F.r.5|Normal High Value
F.r.6|Comments (free text)
F.r.7|More Information Available
G.k.1|Characterisation of Drug Role
G.k.2.1.1a|MPID Version Date / Number
G.k.2.1.1b|Medicinal Product Identifier (MPID)
G.k.2.1.2a|PhPID Version Date / Number
G.k.2.1.2b|Pharmaceutical Product Identifier (PhPID)
G.k.2.2|Medicinal Product Name as Reported by the Primary Source
G.k.2.3.r.1|Substance / Specified Substance Name
G.k.2.3.r.2a|Substance / Specified Substance TermID Version Date / Number
G.k.2.3.r.2b|Substance / Specified Substance TermID
G.k.2.3.r.3a|Strength
G.k.2.3.r.3b|Strength (unit)
G.k.2.4|Identification of the Country Where the Drug Was Obtained
G.k.2.5|Investigational Product Blinded
G.k.3.1|Authorisation / Application Number
G.k.3.2|Country of Authorisation / Application
G.k.3.3|Name of Holder / Applicant
G.k.4.r.1a|Dose
G.k.4.r.1b|Dose (unit)
G.k.4.r.2|Number of Units in the Interval
G.k.4.r.3|Definition of the Time Interval Unit
G.k.4.r.4|Date and Time of Start of Drug
G.k.4.r.5|Date and Time of Last Administration
G.k.4.r.6a|Duration of Drug Administration
G.k.4.r.6b|Duration of Drug Administration (unit)
G.k.4.r.7|Batch / Lot Number
G.k.4.r.8|Dosage Text
G.k.4.r.9.1|Pharmaceutical Dose Form (free text)
G.k.4.r.9.2a|Pharmaceutical Dose Form TermID Version Date / Number
G.k.4.r.9.2b|Pharmaceutical Dose Form TermID
G.k.4.r.10.1|Route of Administration (free text)
G.k.4.r.10.2a|Route of Administration TermID Version Date / Number
G.k.4.r.10.2b|Route of Administration TermID
G.k.4.r.11.1|Parent Route of Administration (free text)
G.k.4.r.11.2a|Parent Route of Administration TermID Version Date / Number
G.k.4.r.11.2b|Parent Route of Administration TermID
G.k.5a|Cumulative Dose to First Reaction
G.k.5b|Cumulative Dose to First Reaction (unit)
G.k.6a|Gestation Period at Time of Exposure
G.k.6b|Gestation Period at Time of Exposure (unit)
G.k.7.r.1|Indication as Reported by the Primary Source
G.k.7.r.2a|MedDRA Version for Indication
G.k.7.r.2b|Indication (MedDRA code)
G.k.8|Action(s) Taken with Drug
G.k.9.i.1|Reaction(s) / Event(s) Assessed
G.k.9.i.2.r.1|Source of Assessment
G.k.9.i.2.r.2|Method of Assessment
G.k.9.i.2.r.3|Result of Assessment
G.k.9.i.3.1a|Time Interval between Beginning of Drug Administration and Start of Reaction / Event
G.k.9.i.3.1b|The Same Interval (unit)
G.k.9.i.3.2a|Time Interval between Last Dose of Drug and Start of Reaction / Event
G.k.9.i.3.2b|The Same Interval since the Last Dose (unit)
G.k.9.i.4|Did Reaction Recur on Re-administration?
G.k.10.r|Additional Information on Drug (coded)
G.k.11|Additional Information on Drug (free text)
H.1|Case Narrative Including Clinical Course, Therapeutic Measures, Outcome
H.2|Reporter's Comments
H.3.r.1a|MedDRA Version for Sender's Diagnosis
H.3.r.1b|Sender's Diagnosis / Syndrome and / or Reclassification (MedDRA code)
H.4|Sender's Comments
H.5.r.1a|Case Summary and Reporter's Comments Text
H.5.r.1b|Case Summary and Reporter's Comments Language
"""
ELEMENTS = dict(line.split("|") for line in _LISTED.strip().splitlines())

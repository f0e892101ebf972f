"""Defaults of every setting. Each is overridden by the environment variable ``PILOT_OPS_<NAME>``.

Settings without a default here (None) are found or made when the service starts; see docs/settings.md.
"""

# Where things are kept. DATA: folder of the embedded database, keys and files; None is var/ beside the checkout.
DATA = None
# None is SQLite in DATA; postgresql://user:password@host/name for many nodes.
DATABASE_URL = None
# Signs sessions and links. Made once into DATA on the embedded default; required with PostgreSQL.
SECRET_KEY = None

# What links and QR codes point to, without a slash at the end.
PUBLIC_URL = "http://127.0.0.1:8000"

# Who runs the service: shown on every page.
MUNICIPALITY = "Espoo"
PROGRAMME = "Hyvinvoiva Espoo"
# How a person with a ticket gets help: a line with a telephone number, an e-mail address or a link, as you write it.
HELP_CONTACT = ""
# Further languages of the pages about lunches, such as "ar, so": each is a file of texts, see docs/settings.md.
MORE_LANGUAGES = "ar"
# Where the links to a map and to a way there lead: {lat} and {lon} are a park's coordinates, {address} its address. A
# park whose coordinates nobody has written is searched for by its address instead. Empty: no such link.
MAP_LINK = "https://www.openstreetmap.org/?mlat={lat}&mlon={lon}#map=17/{lat}/{lon}"
ROUTE_LINK = "https://www.openstreetmap.org/directions?route=%3B{lat}%2C{lon}"
MAP_SEARCH = "https://www.openstreetmap.org/search?query={address}"
# Where the city's service map tells more of a place and its accessibility: {id} is its number there. Empty: no link.
UNIT_LINK = "https://palvelukartta.hel.fi/fi/unit/{id}"
# The city's register of events (Linked Events): what keywords and places are named by in what we tell it.
LINKED_EVENTS_URL = "https://api.espoo.fi/events/v1"
# What the notices tell (docs/settings.md): who keeps the data, which office answers for that, who to ask, the data
# protection officer, who runs the servers and where; and who to ask about accessibility. What is empty, the notices say
# is not told yet.
CONTROLLER = ""
PRIVACY_OFFICIAL = ""
PRIVACY_CONTACT = ""
DATA_PROTECTION_OFFICER = ""
HOSTING = ""
ACCESSIBILITY_CONTACT = ""
# Who supervises accessibility, and how they are reached: in Finland since 2025 one authority for everybody.
SUPERVISOR = "Traficom"
SUPERVISOR_CONTACT = "saavutettavuus@traficom.fi, 029 534 5000, https://www.saavutettavuusvaatimukset.fi"
# Feedback on accessibility, from one network address.
FEEDBACK_LIMIT = "10 per 10 minutes"
# Whose public holidays are days off: a country code, and a region where the holidays differ by region.
HOLIDAY_COUNTRY = "FI"
HOLIDAY_REGION = ""

# The server that takes our mail, like smtp://user:password@host:587 (with STARTTLS), smtps://host:465, or
# smtp://localhost:25?tls=none for one that needs no encryption; and who the mail is from: "Programme <name@city.fi>".
# Without both no mail is sent, and no page offers it.
SMTP_URL = ""
MAIL_FROM = ""

# Folder of the backup of every night, and how many of them are kept there. Without a folder none is made.
BACKUPS = ""
BACKUPS_KEPT = 14

# Sign-in.
SIGN_IN_LIMIT = "10 per 5 minutes"
SIGN_IN_LINK_HOURS = 24
SESSION_HOURS = 14
# Public pages of a ticket's code, from one network address: how many may be opened, and how many codes may be wrong.
LOOKUP_LIMIT = "120 per minute"
WRONG_CODE_LIMIT = "20 per 10 minutes"
# What another program may ask of the API with one token.
API_LIMIT = "600 per minute"
# Sign-ups for events from one network address; and for how many days after an event its persons are remembered.
EVENT_SIGN_UP_LIMIT = "20 per hour"
SIGN_UP_DAYS = 7
# Where the counters of the limits live: database:// is the service's own, for all its processes and nodes.
LIMIT_STORAGE = "database://"

# How many proxies stand in front and set X-Forwarded-For and X-Forwarded-Proto.
PROXIES = 0
# Processes and threads of the web server; 0 processes means one on SQLite and one per core on PostgreSQL, 0 threads two
# per core and at least four: more only get in each other's way.
PROCESSES = 0
THREADS = 0

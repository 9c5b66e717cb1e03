"""Who works in the two practices. Everybody is invented."""

from groupcare.demo_record.shapes import Person

RUTH = Person("heron-4821", "Ruth Adeyemi", ("facilitator",))
TOMAS = Person("kestrel-2209", "Tomas Berg", ("facilitator",))
CARLA = Person("dunlin-3358", "Carla Mendes", ("facilitator",))
JOEL = Person("eider-7021", "Joel Abrams", ("facilitator",))
HELEN = Person("curlew-7315", "Helen Marsh", ("supervisor",))
OMAR = Person("osprey-5560", "Omar Haddad", ("administrator",))
LINDEN_STAFF = (RUTH, TOMAS, CARLA, JOEL, HELEN, OMAR)

NORA = Person("teal-6142", "Nora Lindgren", ("facilitator", "supervisor", "administrator"))

"""Departments and larger cities of Colombia, offered while typing. Suggestions: anything else may be written too."""

CITIES_BY_DEPARTMENT = {
    "Amazonas": ("Leticia",),
    "Antioquia": ("Medellín", "Bello", "Itagüí", "Envigado", "Rionegro", "Apartadó", "Sabaneta"),
    "Arauca": ("Arauca",),
    "Atlántico": ("Barranquilla", "Soledad", "Malambo"),
    "Bogotá, D.C.": ("Bogotá, D.C.",),
    "Bolívar": ("Cartagena de Indias", "Magangué", "Turbaco"),
    "Boyacá": ("Tunja", "Duitama", "Sogamoso"),
    "Caldas": ("Manizales", "La Dorada"),
    "Caquetá": ("Florencia",),
    "Casanare": ("Yopal",),
    "Cauca": ("Popayán", "Santander de Quilichao"),
    "Cesar": ("Valledupar", "Aguachica"),
    "Chocó": ("Quibdó",),
    "Córdoba": ("Montería", "Cereté", "Lorica"),
    "Cundinamarca": ("Soacha", "Chía", "Zipaquirá", "Facatativá", "Fusagasugá", "Girardot", "Mosquera", "Funza"),
    "Guainía": ("Inírida",),
    "Guaviare": ("San José del Guaviare",),
    "Huila": ("Neiva", "Pitalito"),
    "La Guajira": ("Riohacha", "Maicao"),
    "Magdalena": ("Santa Marta", "Ciénaga"),
    "Meta": ("Villavicencio", "Acacías"),
    "Nariño": ("Pasto", "Ipiales", "Tumaco"),
    "Norte de Santander": ("Cúcuta", "Ocaña", "Villa del Rosario"),
    "Putumayo": ("Mocoa",),
    "Quindío": ("Armenia", "Calarcá"),
    "Risaralda": ("Pereira", "Dosquebradas"),
    "San Andrés y Providencia": ("San Andrés",),
    "Santander": ("Bucaramanga", "Floridablanca", "Girón", "Piedecuesta", "Barrancabermeja"),
    "Sucre": ("Sincelejo",),
    "Tolima": ("Ibagué", "Espinal"),
    "Valle del Cauca": ("Cali", "Palmira", "Buenaventura", "Tuluá", "Yumbo", "Buga", "Cartago", "Jamundí"),
    "Vaupés": ("Mitú",),
    "Vichada": ("Puerto Carreño",),
}


def departments(country: str) -> list[str]:
    return list(CITIES_BY_DEPARTMENT) if country == "CO" else []


def cities(country: str) -> list[str]:
    return sorted(city for group in CITIES_BY_DEPARTMENT.values() for city in group) if country == "CO" else []

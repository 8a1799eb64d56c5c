"""Public services: every real procedure a dossier, for people, businesses and the officers who settle them."""

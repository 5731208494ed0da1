UPDATE article SET page_parts = '[["https://courier.example/scan?page=2","\"v1\"",null]]' WHERE id = 1;

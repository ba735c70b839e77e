from coalition import served_app

application = served_app()

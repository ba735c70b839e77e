from coalition import create_app

application = create_app()

from barback.provision import main

main()

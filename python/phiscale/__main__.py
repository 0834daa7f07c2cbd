import sys

from ._program import main

sys.argv[0] = "phiscale"
sys.exit(main())

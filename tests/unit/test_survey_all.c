#include "unit.h"
UNIT_MAIN("survey_all", ;)

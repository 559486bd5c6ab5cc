// Nothing to prepare: the pictures stand in the page.
"use strict";

ready();

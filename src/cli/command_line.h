// The command line: verbs, flags and exit codes of `seawall`.
#pragma once

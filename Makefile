# make demo    shows the toolkit on two examples (Python and make are enough)
# make test    runs all tests (what they start, as LibreOffice, is installed through apt where it is missing)
# make check   style and types        make format  puts the style right
# make accept  regenerates what is generated (templates, catalogue, example workbooks) and prints what moved in them
# make impact  shows what a change of the catalogue does: REVISION=… compares with any commit
# make portable PLATFORM=windows INTERPRETER=… SHA256=… OUT=…  puts together a folder for machines without Python
# make coverage  how much of the rooms that judge fast tests run; fails below a room's floor
# make injected  puts errors people make into sound returns and counts how many the check finds (SEED=2 takes other cells)
# make bench    measures how fast it is, beside what it cannot be faster than and beside others; make bench-large: 10,000 workbooks
# make mutants  breaks the code on purpose, one change at a time: a test must notice each
# make pythons the fast tests on the other Pythons of this machine
# make lock    writes the locks anew where pyproject.toml asks for more or less; LOCK=--upgrade takes newer releases
# make wheel   builds the package into dist/
# make clean   removes what these targets made

PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 2
SEED ?= 1
AS_ROOT := $$([ "$$(id -u)" = 0 ] || echo sudo)
CAN_APT := command -v apt-get >/dev/null && { [ "$$(id -u)" = 0 ] || command -v sudo >/dev/null; }
APT := $(AS_ROOT) apt-get update -qq && $(AS_ROOT) env DEBIAN_FRONTEND=noninteractive \
  apt-get install -qq -y --no-install-recommends

.PHONY: demo test check format accept impact coverage mutants injected bench bench-large pythons portable lock wheel clean office
.DEFAULT_GOAL := demo

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "需要 Python 3.11 或更新的版本：make PYTHON=python3.11 …  /  Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { $(CAN_APT) && { $(APT) python3-venv; } >/dev/null; } || { \
	  echo "缺少 python3-venv，请先安装：apt-get install python3-venv  /  Please install python3-venv first."; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

# Every package is held to its hash; the toolkit itself has none, and is installed as it lies here, built with what is locked.
PIP := $(BIN)/python -m pip install -q --disable-pip-version-check
LOCKED := --require-hashes --only-binary :all: -r
OWN := $(PIP) --no-deps --no-build-isolation -e .

.venv/core: .venv/python pyproject.toml requirements.lock
	@echo "正在安装运行所需的程序包……  /  Installing what the toolkit needs …"
	@$(PIP) $(LOCKED) requirements.lock
	@$(OWN)
	@touch $@

.venv/dev: .venv/core requirements-dev.lock
	@$(PIP) $(LOCKED) requirements-dev.lock
	@touch $@

demo: .venv/core
	@echo; echo "一、校验原样照录的公开数据（应当报出错误）  /  1. Check the figures as they were published (errors expected)"
	@status=0; $(BIN)/disclosure check examples/01-xianghe-as-published/input || status=$$?; \
	  [ $$status -eq 1 ] || { echo "应当以 1 结束，实际是 $$status  /  expected exit code 1, got $$status"; exit 1; }
	@echo; echo "二、汇总改正后的填报表  /  2. Merge the corrected workbooks"
	@$(BIN)/disclosure merge examples/02-xianghe-corrected/input -o out
	@echo; echo "结果在 out 文件夹  /  The results lie in out:"; ls out

# What a test starts and is missing is got through apt, or said once; WITHOUT="chromium" skips the tests of a kind.
ifdef WITHOUT
export DISCLOSURE_TEST_WITHOUT := $(WITHOUT)
endif

# Bytecode is kept whatever the environment says: the tests start many processes, and each would compile everything anew.
# A module stays with one worker (loadfile): what it draws, opens or starts once is not made once more in the other; nor is a
# program started in both that several modules open (tests/sharing.py).
test: .venv/dev office
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

check: .venv/dev
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

format: .venv/dev
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

accept: .venv/dev
	@$(BIN)/python scripts/generate.py
	@$(BIN)/python examples/make.py returns
	@$(BIN)/python examples/make.py entries
	@$(BIN)/python examples/make.py workbooks
	@$(BIN)/python examples/defects.py
	@echo "工作簿里改了什么（tests/golden）  /  What moved in the workbooks (tests/golden):"
	@$(BIN)/python -m tests.dumps

impact: .venv/dev
	@$(BIN)/python scripts/impact.py $(REVISION)

coverage: .venv/dev
	@$(BIN)/python scripts/covered.py

mutants: .venv/dev
	@$(BIN)/python scripts/mutants.py $(ONLY)

injected: .venv/dev
	@$(BIN)/python -m tests.injected --seed $(SEED)

bench: .venv/dev
	@$(BIN)/python -m bench $(BENCH_ARGS)

bench-large: .venv/dev
	@$(BIN)/python -m bench --large --picture docs/图/校验的快慢.svg $(BENCH_ARGS)

pythons: .venv/dev
	@$(BIN)/python scripts/pythons.py

portable: .venv/dev
	@$(BIN)/python scripts/portable.py --platform "$(PLATFORM)" --interpreter "$(INTERPRETER)" --sha256 "$(SHA256)" \
	  -o "$(OUT)" $(if $(WHEELS),--wheels "$(WHEELS)")

lock: .venv/dev
	@$(BIN)/python scripts/lock.py $(LOCK)

wheel: .venv/dev
	@$(BIN)/python -m build --wheel --no-isolation

clean:
	@rm -rf .venv .bench out dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis

office: .venv/dev
	@$(BIN)/python -m tests.programs

// Dropping files, with progress; asking what to do with files of the same name; waiting for a check or a merge.
(function () {
  'use strict';
  var main = document.querySelector('main[data-csrf]');
  if (!main) { return; }
  var drop = document.getElementById('drop');
  var input = drop.querySelector('[type=file]');
  var ask = document.getElementById('ask');
  var refused = document.getElementById('refused');
  var progress = document.getElementById('progress');
  var bar = progress.querySelector('progress');
  var doing = document.getElementById('doing');
  var csrf = main.dataset.csrf;
  var most = Number(main.dataset.file);
  var working = main.dataset.busy !== undefined;
  var LOOK = 400;
  var MOST_NAMED = 3;
  document.documentElement.classList.add('scripted');

  function element(name, text) {
    var made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  // Marks that nobody sees can turn a name round, and so they are made to be seen.
  function shown(file) {
    return '“' + file.name.replace(/[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, '\ufffd') + '”';
  }

  function show(text, part, whole) {
    progress.hidden = false;
    doing.textContent = text;
    if (whole) {
      bar.max = whole;
      bar.value = part;
    } else {
      bar.removeAttribute('value');
    }
  }

  // -- waiting

  function wait() {
    fetch('/state', { headers: { Accept: 'application/json' }, credentials: 'same-origin' }).then(function (answer) {
      return answer.ok ? answer.json() : { busy: false };
    }).then(function (state) {
      if (!state.busy) {
        window.sessionStorage.setItem('done', '1');
        window.location.reload();
        return;
      }
      show(state.doing + '……', state.part, state.whole);
      window.setTimeout(wait, LOOK);
    }, function () {
      show('连不上程序：可能已经关闭了。', 0, 1);
    });
  }

  // -- sending

  function send(file, same, sent, all) {
    return new Promise(function (resolve) {
      var body = new FormData();
      var request = new XMLHttpRequest();
      body.append('same', same);
      body.append('file', file, file.name);
      request.open('POST', '/files');
      request.setRequestHeader('X-CSRF', csrf);
      request.setRequestHeader('Accept', 'application/json');
      request.upload.addEventListener('progress', function (event) { show('正在放进' + shown(file) + '……', sent + event.loaded, all); });
      request.addEventListener('load', function () {
        var said = {};
        try { said = JSON.parse(request.responseText); } catch (error) { said = {}; }
        var one = said.files && said.files.length ? said.files[0] : { status: request.status, said: said.said };
        resolve({ file: file, status: one.status, said: one.said || shown(file) + '没有放进来，请再试一次。' });
      });
      request.addEventListener('error', function () {
        resolve({ file: file, status: 0, said: shown(file) + '没有放进来：连不上程序，或文件太大。' });
      });
      request.send(body);
    });
  }

  function sendAll(files, same) {
    var all = files.reduce(function (sum, file) { return sum + file.size; }, 0) || 1;
    var sent = 0;
    var answers = [];
    return files.reduce(function (before, file) {
      return before.then(function () {
        if (file.size > most) {
          answers.push({ file: file, status: 413, said: shown(file) + '超过 ' + Math.floor(most / 1048576) + ' MB，没有收。' });
          return null;
        }
        return send(file, same, sent, all).then(function (answer) {
          answers.push(answer);
          sent += file.size;
        });
      });
    }, Promise.resolve()).then(function () { return answers; });
  }

  function tell(answers) {
    answers.forEach(function (answer) { refused.appendChild(element('li', answer.said)); });
    refused.hidden = !refused.children.length;
  }

  // What lies in a folder beside the workbooks is not taken, and not passed over without a word.
  function tellOthers(files) {
    if (!others) { return; }
    var named = others.slice(0, MOST_NAMED).map(shown).join('、') + (others.length > MOST_NAMED ? ' 等 ' + others.length + ' 个' : '');
    if (others.length) { tell([{ said: '文件夹里的' + named + '不是填报表，没有放进来。压缩包请先解压。' }]); }
    if (!files.length && !others.length) { tell([{ said: '这个文件夹是空的，没有可以放进来的填报表。' }]); }
    others = null;
  }

  function choose(files) {
    return new Promise(function (resolve) {
      var names = files.map(shown).join('、');
      var row = document.createElement('div');
      ask.textContent = '';
      ask.appendChild(element('p', names + '已经有了。'));
      [['replace', '用新的替换'], ['both', '都留下'], ['', '不放了']].forEach(function (choice) {
        var button = element('button', choice[1]);
        button.type = 'button';
        button.value = choice[0];
        button.addEventListener('click', function () {
          ask.hidden = true;
          resolve(choice[0]);
        });
        row.appendChild(button);
      });
      ask.appendChild(row);
      ask.hidden = false;
      row.firstChild.className = 'main';
      row.firstChild.focus();
    });
  }

  function take(files) {
    if (working || !files.length) { return; }
    working = true;
    main.dataset.busy = '1';
    refused.textContent = '';
    refused.hidden = true;
    var taken = 0;
    function sort(answers) {
      taken += answers.filter(function (answer) { return answer.status === 200; }).length;
      tell(answers.filter(function (answer) { return answer.status !== 200 && answer.status !== 409; }));
      return answers.filter(function (answer) { return answer.status === 409; }).map(function (answer) { return answer.file; });
    }
    sendAll(files, 'ask').then(sort).then(function (twins) {
      if (!twins.length) { return null; }
      progress.hidden = true;
      return choose(twins).then(function (same) { return same ? sendAll(twins, same).then(sort) : null; });
    }).then(function () {
      var told = refused.children.length;
      if (taken) {
        if (told) { window.sessionStorage.setItem('refused', refused.innerText); }
        check();
        return;
      }
      working = false;
      delete main.dataset.busy;
      progress.hidden = true;
      input.value = '';
    });
  }

  function check() {
    var body = new URLSearchParams({ csrf: csrf });
    show('正在校验……', 0, 0);
    fetch('/check', { method: 'POST', body: body, credentials: 'same-origin' }).then(wait, wait);
  }

  // -- dropping: files, and folders with files in them

  var others = null; // of a folder that was dropped

  function inside(entry) {
    return new Promise(function (resolve) {
      if (entry.isFile) {
        entry.file(function (file) {
          var taken = /\.(xlsx|xlsm|xls|et|csv)$/i.test(file.name);
          if (!taken && !/^(~\$|\.)/.test(file.name)) { others.push(file); }
          resolve(!taken || /^(~\$|\.)/.test(file.name) ? [] : [file]);
        },
          function () { resolve([]); });
        return;
      }
      var reader = entry.createReader();
      var found = [];
      (function more() {
        reader.readEntries(function (entries) {
          if (!entries.length) {
            Promise.all(found.map(inside)).then(function (lists) { resolve([].concat.apply([], lists)); });
            return;
          }
          found = found.concat(entries);
          more();
        }, function () { resolve([]); });
      }());
    });
  }

  function dropped(data) {
    var entries = Array.from(data.items || []).map(function (item) {
      return item.webkitGetAsEntry ? item.webkitGetAsEntry() : null;
    }).filter(Boolean);
    if (entries.some(function (entry) { return entry.isDirectory; })) {
      others = [];
      return Promise.all(entries.map(inside)).then(function (lists) { return [].concat.apply([], lists); });
    }
    return Promise.resolve(Array.from(data.files));
  }

  var depth = 0;
  function over(change) {
    depth = Math.max(depth + change, 0);
    drop.classList.toggle('over', depth > 0);
  }
  document.addEventListener('dragenter', function () { over(1); });
  document.addEventListener('dragleave', function () { over(-1); });
  document.addEventListener('dragover', function (event) { event.preventDefault(); });
  document.addEventListener('drop', function (event) {
    event.preventDefault();
    over(-depth);
    dropped(event.dataTransfer).then(function (files) { take(files); tellOthers(files); });
  });
  input.addEventListener('change', function () { take(Array.from(input.files)); });
  // With errors no table comes of a merge: a draft may be wanted, or nothing yet.
  function askForDraft(event) {
    var open = Number(event.target.dataset.open || 0);
    var draft = event.target.querySelector('[name=draft]');
    if (!open || draft.checked) { return; }
    if (window.confirm('还有 ' + open + ' 条错误，合并不出公开表和情况说明。先出一份草稿看看吗？')) {
      draft.checked = true;
    } else {
      event.preventDefault();
    }
  }

  document.addEventListener('submit', function (event) {
    if (event.target.id === 'merge') { askForDraft(event); }
    if (event.target.id === 'leave' && !window.confirm('放进来的文件和结果都会删除。要结束吗？')) { event.preventDefault(); }
  });

  var told = window.sessionStorage.getItem('refused');
  if (told && !working) {
    window.sessionStorage.removeItem('refused');
    tell(told.split('\n').filter(Boolean).map(function (line) { return { said: line }; }));
  }
  if (working) { wait(); }
  if (window.sessionStorage.getItem('done') && !working) {
    window.sessionStorage.removeItem('done');
    if (document.getElementById('result')) { document.getElementById('result').focus({ preventScroll: true }); }
  }
}());

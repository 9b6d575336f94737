// Makes sheetjs.xlsx and exceljs.xlsx: node make.cjs, where the packages xlsx and exceljs are installed.
const xlsx = require("xlsx");
const exceljs = require("exceljs");

const texts = ["单位：万元", "  两边有空格  ", "第一行\n第二行", "<甲> & “乙”", "_x000D_", "２７人", "生僻字\ue863", "😀"];
const numbers = [0, 5, -3.5, 0.1, 16.2000000000000028, 1234567.89, 1e15, 1.62e30, 1e-12];

function bySheetJS() {
  const sheet = {};
  const put = (address, cell) => { sheet[address] = cell; };
  texts.forEach((text, row) => put(`A${row + 1}`, { t: "s", v: text }));
  numbers.forEach((number, row) => put(`B${row + 1}`, { t: "n", v: number }));
  put("C1", { t: "n", v: 45261, z: 'm"月"' });
  put("C3", { t: "n", v: 0.5833333333333334, z: "h:mm" });
  put("D1", { t: "b", v: true });
  put("D2", { t: "n", v: 5, f: "B1+B2" });
  put("D3", { t: "e", v: 42, f: "NA()" });
  put("D4", { t: "n", v: 0.95, z: "0.00%" });
  put("D6", { t: "s", v: "", f: 'IF(1=1,"",1)' });
  put("F1", { t: "s", v: "合并" });
  put("G2", { t: "s", v: "在下面" });
  sheet["!ref"] = "A1:G9";
  sheet["!merges"] = [xlsx.utils.decode_range("F1:G2")];
  sheet["!rows"] = [, , { hidden: true }];
  sheet["!cols"] = [, , { hidden: true }];
  const book = { SheetNames: ["数", "藏"], Sheets: { 数: sheet, 藏: { "!ref": "A1" } } };
  book.Workbook = { Sheets: [{}, { Hidden: 1 }], Names: [{ Name: "own.name", Ref: "数!$B$1:$B$4", Sheet: 0 }] };
  xlsx.writeFile(book, "sheetjs.xlsx", { compression: true, bookSST: true });
  xlsx.writeFile(book, "sheetjs-inline.xlsx", { compression: true });
}

async function byExcelJS() {
  const book = new exceljs.Workbook();
  book.created = book.modified = new Date(Date.UTC(2023, 0, 1));
  const sheet = book.addWorksheet("数");
  book.addWorksheet("藏").state = "hidden";
  texts.forEach((text, row) => { sheet.getCell(row + 1, 1).value = text; });
  numbers.forEach((number, row) => { sheet.getCell(row + 1, 2).value = number; });
  sheet.getCell("C1").value = new Date(Date.UTC(2023, 11, 1));
  sheet.getCell("C1").numFmt = 'm"月"';
  sheet.getCell("D1").value = true;
  sheet.getCell("D2").value = { formula: "B1+B2", result: 5 };
  sheet.getCell("D3").value = { error: "#N/A" };
  sheet.getCell("D4").value = 0.95;
  sheet.getCell("D4").numFmt = "0.00%";
  sheet.getCell("D5").value = { richText: [{ font: { strike: true }, text: "27人" }, { font: { bold: true }, text: "30人" }] };
  sheet.getCell("D6").value = { formula: 'IF(1=1,"",1)', result: "" };
  sheet.getCell("D7").value = { formula: "B1*2" };
  sheet.fillFormula("E1:E3", "B1*2", [0, 10, -7]);
  sheet.getCell("F1").value = "合并";
  sheet.mergeCells("F1:G2");
  sheet.getRow(3).hidden = true;
  sheet.getColumn(3).hidden = true;
  await book.xlsx.writeFile("exceljs.xlsx");
}

bySheetJS();
byExcelJS();

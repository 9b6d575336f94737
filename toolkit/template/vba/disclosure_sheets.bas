Attribute VB_Name = "disclosure_sheets"
Option Explicit

' What the buttons run that need no Python: project sheets, marks, findings, the guide.

' Where the sheet of findings keeps what it knows; toolkit/panel.py draws it so.
Private Const FIRST_FINDING As Long = 5
Private Const SHEET_COLUMN As Long = 8
Private Const ROW_COLUMN As Long = 9
Private Const COLUMN_COLUMN As Long = 10
Private Const COLOUR_COLUMN As Long = 11
Private Const NOTE_COLUMN As Long = 12
Private Const LAST_COLUMN As Long = 12
Private Const NO_COLOUR As Long = -1

' Show the next project sheet that is put away; where none is, copy one to the end, without what is filled in.
Public Sub AddProject()
    Dim bookend As Worksheet
    Dim source As Worksheet
    Dim made As Worksheet

    On Error GoTo failed
    Set bookend = SheetNamed(Phrase("bookend_last"))
    If Not bookend Is Nothing Then Set made = ProjectPutAway(bookend)
    If Not made Is Nothing Then
        made.Visible = xlSheetVisible
        made.Activate
        made.Range(Phrase("project_entry")).Select
        Exit Sub
    End If
    If Not bookend Is Nothing Then Set source = ProjectToCopy(bookend)
    If source Is Nothing Then
        Tell Phrase("no_project")
        Exit Sub
    End If
    Application.ScreenUpdating = False
    source.Copy Before:=bookend
    Set made = ThisWorkbook.Sheets(bookend.Index - 1)
    made.Name = NextProjectName()
    RestoreSheet source.Name, made
    EmptySheet made
    Application.ScreenUpdating = True
    made.Activate
    made.Range(Phrase("project_entry")).Select
    Exit Sub
failed:
    Application.ScreenUpdating = True
    Tell Phrase("failed") & Err.Description
End Sub

' The first project sheet out of sight that holds nothing; Nothing where there is none.
Private Function ProjectPutAway(ByVal bookend As Worksheet) As Worksheet
    Dim number As Long
    Dim ws As Worksheet

    For number = bookend.Index - 1 To 1 Step -1
        Set ws = ThisWorkbook.Sheets(number)
        If ws.Name = Phrase("bookend_first") Then Exit For
        If ws.Visible <> xlSheetVisible Then
            If ws.Range(Phrase("filled_cell")).Value = 0 Then Set ProjectPutAway = ws
        End If
    Next number
End Function

' The last project sheet that holds nothing, else the last one; Nothing where there is none between the bookends.
Private Function ProjectToCopy(ByVal bookend As Worksheet) As Worksheet
    Dim number As Long
    Dim ws As Worksheet

    For number = bookend.Index - 1 To 1 Step -1
        Set ws = ThisWorkbook.Sheets(number)
        If ws.Name = Phrase("bookend_first") Then Exit For
        If ProjectToCopy Is Nothing Then Set ProjectToCopy = ws
        If ws.Range(Phrase("filled_cell")).Value = 0 Then
            Set ProjectToCopy = ws
            Exit For
        End If
    Next number
End Function

Private Function NextProjectName() As String
    Dim ws As Worksheet
    Dim lead As String
    Dim rest As String
    Dim highest As Long

    lead = Phrase("project_lead")
    For Each ws In ThisWorkbook.Worksheets
        If Left$(ws.Name, Len(lead)) = lead Then
            rest = Mid$(ws.Name, Len(lead) + 1)
            If rest <> "" And Len(rest) < 6 And IsNumeric(rest) Then
                If CLng(rest) > highest Then highest = CLng(rest)
            End If
        End If
    Next ws
    NextProjectName = lead & Format$(highest + 1, "00")
End Function

' Clear what was typed: the cells that are not locked.
Private Sub EmptySheet(ByVal ws As Worksheet)
    Dim area As Range
    Dim cell As Range

    Set area = ws.UsedRange
    For Each cell In area.Cells
        If cell.Formula <> "" Then
            If cell.Locked = False Then cell.ClearContents
        End If
    Next cell
End Sub

' Take every mark back, and empty the list of findings.
Public Sub ClearMarks()
    Dim findings As Worksheet
    Dim r As Long

    On Error GoTo failed
    Set findings = SheetNamed(Phrase("findings"))
    If findings Is Nothing Then Exit Sub
    Application.ScreenUpdating = False
    r = FIRST_FINDING
    Do While findings.Cells(r, SHEET_COLUMN).Value <> ""
        RestoreCell findings, r, SheetNamed(CStr(findings.Cells(r, SHEET_COLUMN).Value))
        r = r + 1
    Loop
    findings.Range(findings.Cells(FIRST_FINDING, 1), findings.Cells(r, LAST_COLUMN)).ClearContents
    findings.Cells(2, 1).Value = Phrase("cleared")
    Application.ScreenUpdating = True
    Exit Sub
failed:
    Application.ScreenUpdating = True
    Tell Phrase("failed") & Err.Description
End Sub

' Take the marks of one sheet back on its copy.
Private Sub RestoreSheet(ByVal source As String, ByVal made As Worksheet)
    Dim findings As Worksheet
    Dim r As Long

    Set findings = SheetNamed(Phrase("findings"))
    If findings Is Nothing Then Exit Sub
    r = FIRST_FINDING
    Do While findings.Cells(r, SHEET_COLUMN).Value <> ""
        If findings.Cells(r, SHEET_COLUMN).Value = source Then RestoreCell findings, r, made
        r = r + 1
    Loop
End Sub

' Give the cell of one finding its colour back, and take our note away. A cell whose row was deleted is passed over.
Private Sub RestoreCell(ByVal findings As Worksheet, ByVal r As Long, ByVal ws As Worksheet)
    Dim marked As Range
    Dim colour As Variant

    colour = findings.Cells(r, COLOUR_COLUMN).Value
    If ws Is Nothing Or colour = "" Then Exit Sub
    Set marked = PlaceOf(findings, r, ws)
    If marked Is Nothing Then Exit Sub
    If CLng(colour) = NO_COLOUR Then
        marked.Interior.ColorIndex = xlNone
    Else
        marked.Interior.Color = CLng(colour)
    End If
    If findings.Cells(r, NOTE_COLUMN).Value <> "" Then
        If Not marked.Comment Is Nothing Then marked.Comment.Delete
    End If
End Sub

Private Function PlaceOf(ByVal findings As Worksheet, ByVal r As Long, ByVal ws As Worksheet) As Range
    Dim row As Variant
    Dim column As Variant

    row = findings.Cells(r, ROW_COLUMN).Value
    column = findings.Cells(r, COLUMN_COLUMN).Value
    If IsError(row) Or IsError(column) Then Exit Function
    If row >= 1 And column >= 1 Then Set PlaceOf = ws.Cells(CLng(row), CLng(column))
End Function

' Go to the cell of the finding in whose row the selection stands.
Public Sub JumpToFinding()
    Dim findings As Worksheet
    Dim ws As Worksheet
    Dim target As Range
    Dim r As Long

    On Error GoTo failed
    Set findings = SheetNamed(Phrase("findings"))
    r = ActiveCell.Row
    If r >= FIRST_FINDING Then Set ws = SheetNamed(CStr(findings.Cells(r, SHEET_COLUMN).Value))
    If Not ws Is Nothing Then Set target = PlaceOf(findings, r, ws)
    If target Is Nothing Then
        Tell Phrase("no_finding")
        Exit Sub
    End If
    ws.Activate
    target.Select
    Exit Sub
failed:
    Tell Phrase("failed") & Err.Description
End Sub

Public Sub OpenFindings()
    OpenSheet "findings"
End Sub

Public Sub OpenGuide()
    OpenSheet "guide"
End Sub

Private Sub OpenSheet(ByVal key As String)
    Dim ws As Worksheet

    Set ws = SheetNamed(Phrase(key))
    If ws Is Nothing Then
        Tell Phrase("no_sheet") & Phrase(key)
    Else
        ws.Activate
    End If
End Sub

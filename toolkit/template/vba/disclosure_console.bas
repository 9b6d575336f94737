Attribute VB_Name = "disclosure_console"
Option Explicit

' The buttons of the control workbook that need no Python.

Public Sub ChooseFolder()
    Dim console As Worksheet
    Dim chosen As String

    On Error GoTo failed
    Set console = ThisWorkbook.Worksheets(1)
    chosen = AskForFolder(CStr(console.Range(Phrase("folder_cell")).Value))
    If chosen = "" Then Exit Sub
    console.Range(Phrase("folder_cell")).Value = chosen
    If console.Range(Phrase("out_cell")).Value = "" Then console.Range(Phrase("out_cell")).Value = chosen & Phrase("out_tail")
    Exit Sub
failed:
    Tell Phrase("failed") & Err.Description
End Sub

Public Sub OpenResults()
    Dim folder As String

    On Error GoTo failed
    folder = CStr(ThisWorkbook.Worksheets(1).Range(Phrase("out_cell")).Value)
    If FolderExists(folder) Then
        ShowFolder folder
    Else
        Tell Phrase("no_results")
    End If
    Exit Sub
failed:
    Tell Phrase("failed") & Err.Description
End Sub

Attribute VB_Name = "disclosure_text"
Option Explicit

' The words and places this code works with, by key, in the hidden sheet "disclosure.text".

Private Const TEXT_SHEET As String = "disclosure.text"

Public Function Phrase(ByVal key As String) As String
    Dim r As Long

    r = PhraseRow(key)
    If r > 0 Then Phrase = CStr(ThisWorkbook.Worksheets(TEXT_SHEET).Cells(r, 2).Value)
End Function

Public Sub SetPhrase(ByVal key As String, ByVal said As String)
    Dim r As Long

    r = PhraseRow(key)
    If r > 0 Then ThisWorkbook.Worksheets(TEXT_SHEET).Cells(r, 2).Value = said
End Sub

Private Function PhraseRow(ByVal key As String) As Long
    Dim texts As Worksheet
    Dim r As Long

    Set texts = ThisWorkbook.Worksheets(TEXT_SHEET)
    r = 1
    Do While texts.Cells(r, 1).Value <> ""
        If texts.Cells(r, 1).Value = key Then
            PhraseRow = r
            Exit Function
        End If
        r = r + 1
    Loop
End Function

' The worksheet of that name, or Nothing.
Public Function SheetNamed(ByVal called As String) As Worksheet
    Dim ws As Worksheet

    For Each ws In ThisWorkbook.Worksheets
        If ws.Name = called Then
            Set SheetNamed = ws
            Exit Function
        End If
    Next ws
End Function
